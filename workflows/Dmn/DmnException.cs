namespace Orchestrator.Workflows.Dmn;

/// <summary>One reason why a model is refused.</summary>
/// <param name="Element">The id or name of the element, or its tag where it has neither.</param>
/// <param name="Line">Line in the XML, from 1; 0 where unknown.</param>
/// <param name="Message">What is wrong and what to do about it.</param>
public sealed record DmnProblem(string Element, int Line, string Message)
{
    public override string ToString() => $"{Element} (line {Line}): {Message}";
}

/// <summary>A DMN model cannot be used. <see cref="Problems"/> has every reason that was found.</summary>
public sealed class DmnException : Exception
{
    public DmnException(IReadOnlyList<DmnProblem> problems) : base(string.Join(Environment.NewLine, problems)) => Problems = problems;

    public DmnException() : this([])
    {
    }

    public DmnException(string message) : this([new DmnProblem("definitions", 0, message)])
    {
    }

    public DmnException(string message, Exception innerException) : base(message, innerException) =>
        Problems = [new DmnProblem("definitions", 0, message)];

    public IReadOnlyList<DmnProblem> Problems { get; }
}
