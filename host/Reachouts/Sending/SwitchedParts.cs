namespace Orchestrator.Host.Reachouts;

/// <summary>A switch and the part of the messages that it closes.</summary>
internal readonly record struct SwitchedPart(string Scope, short Part);

/// <summary>
/// Numbers the messages of an occurrence by the switches that close them: those of one channel, account and text are a part. A lease then looks
/// at numbers instead of names. Thread-safe.
/// </summary>
internal sealed class SwitchedParts
{
    private readonly Dictionary<string, short> numbers = [];
    private volatile IReadOnlyList<SwitchedPart> switches = [];

    /// <summary>The switches of the parts that were asked for so far.</summary>
    public IReadOnlyList<SwitchedPart> Switches => switches;

    /// <summary>The part of the messages that these switches close, and no others.</summary>
    public short Of(IReadOnlyList<string> scopes)
    {
        var key = string.Join('\n', scopes);
        lock (numbers)
        {
            if (numbers.TryGetValue(key, out var known))
                return known;
            var number = (short)(numbers.Count + 1);
            switches = [.. switches, .. scopes.Select(scope => new SwitchedPart(scope, number))];
            numbers.Add(key, number);
            return number;
        }
    }
}
