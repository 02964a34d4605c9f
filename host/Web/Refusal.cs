namespace Orchestrator.Host.Web;

/// <summary>One field that is wrong, by its JSON path, with the key of its text.</summary>
public sealed record FieldProblem(string Field, string TextKey, params object[] Args);

/// <summary>
/// An expected "no": rendered as RFC 9457 problem details or shown on the page, in the caller's language.
/// <paramref name="Type"/> is the stable last part of the problem's type URI (docs/errors.md) and of its text key <c>error.{type}</c>.
/// </summary>
public sealed record Refusal(string Type, int Status, params object[] Args)
{
    public IReadOnlyList<FieldProblem> Problems { get; init; } = [];

    /// <summary>The present state of what the command was refused on, given back with a 409.</summary>
    public object? Current { get; init; }

    public static Refusal NotFound(string what) => new("not-found", StatusCodes.Status404NotFound, what);

    public static Refusal Forbidden(string why) => new("forbidden", StatusCodes.Status403Forbidden, why);

    public static Refusal Invalid(params FieldProblem[] problems) =>
        new("invalid", StatusCodes.Status422UnprocessableEntity) { Problems = problems };

    public static Refusal Conflict(string type, params object[] args) => new(type, StatusCodes.Status409Conflict, args);

    public static readonly Refusal Stale = new("stale", StatusCodes.Status412PreconditionFailed);
}

internal interface IRefusable
{
    bool IsRefused { get; }
}

/// <summary>What a command gives back: its value, or a refusal. A refused outcome returned from a write rolls the transaction back.</summary>
public readonly record struct Outcome<T> : IRefusable
{
    private readonly T? value;

    private Outcome(T? value, Refusal? refusal) => (this.value, Refusal) = (value, refusal);

    public Refusal? Refusal { get; }

    public bool IsRefused => Refusal is not null;

    /// <exception cref="InvalidOperationException">The outcome is a refusal.</exception>
    public T Value => Refusal is null ? value! : throw new InvalidOperationException($"Refused: {Refusal.Type} {string.Join(", ", Refusal.Args)} {string.Join("; ", Refusal.Problems)}");

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);
}

/// <summary>The value of an outcome that has none.</summary>
public readonly record struct Done
{
    public static readonly Done Value;
}
