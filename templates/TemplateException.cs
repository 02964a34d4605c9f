namespace Orchestrator.Templates;

/// <summary>A template or its data is wrong. The message names the part, the place and what to do.</summary>
public sealed class TemplateException : Exception
{
    /// <summary>Makes an exception without a place.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    public TemplateException(string message) : base(message)
    {
    }

    /// <summary>Makes an exception with its cause.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public TemplateException(string message, Exception innerException) : base(message, innerException)
    {
    }

    /// <summary>Makes an exception for a place in the source.</summary>
    /// <param name="message">What is wrong and what to do.</param>
    /// <param name="line">Line, from 1.</param>
    /// <param name="column">Column, from 1.</param>
    public TemplateException(string message, int line, int column) : base($"{message} (line {line}, column {column})")
    {
        Line = line;
        Column = column;
    }

    /// <summary>Line in the source, from 1; 0 when the fault has no place.</summary>
    public int Line { get; }

    /// <summary>Column in the source, from 1; 0 when the fault has no place.</summary>
    public int Column { get; }
}
