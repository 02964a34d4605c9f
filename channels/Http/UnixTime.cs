namespace Orchestrator.Channels.Http;

/// <summary>Seconds or milliseconds since 1970 from outside: null instead of an exception for what no calendar has.</summary>
internal static class UnixTime
{
    private const long LastSecond = 253_402_300_799;

    public static DateTimeOffset? Seconds(long? value) => value is > 0 and <= LastSecond ? DateTimeOffset.FromUnixTimeSeconds(value.Value) : null;

    public static DateTimeOffset? Milliseconds(long? value) => value is > 0 and <= LastSecond * 1000 ? DateTimeOffset.FromUnixTimeMilliseconds(value.Value) : null;
}
