namespace Orchestrator.Workflows.Feel;

/// <summary>The text is no FEEL. <see cref="Position"/> is the offset from 0 at which reading stopped.</summary>
public sealed class FeelSyntaxException : Exception
{
    public FeelSyntaxException(int position, string message) : base(message) => Position = position;

    public FeelSyntaxException() : this(0, "The expression cannot be read.")
    {
    }

    public FeelSyntaxException(string message) : this(0, message)
    {
    }

    public FeelSyntaxException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public int Position { get; }
}
