namespace Orchestrator.Workflows.Execution;

/// <summary>A stored state cannot be read by this program.</summary>
public sealed class StateFormatException : Exception
{
    public StateFormatException(string message) : base(message)
    {
    }

    public StateFormatException(string message, Exception innerException) : base(message, innerException)
    {
    }

    public StateFormatException() : this("The stored state cannot be read.")
    {
    }
}
