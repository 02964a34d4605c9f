using Orchestrator.Workflows.Dmn.Reading;

namespace Orchestrator.Workflows.Dmn;

/// <summary>Reads DMN 1.2 to 1.5 XML.</summary>
public static class DmnReader
{
    /// <summary>Reads and checks a model.</summary>
    /// <param name="xml">The document. DTDs and entities are refused, size and depth are bounded.</param>
    /// <param name="imports">Finds an imported model by its namespace; null where there is none.</param>
    /// <exception cref="DmnException">The model cannot be used; all problems found are listed.</exception>
    public static DmnModel Read(string xml, Func<string, DmnModel?>? imports = null)
    {
        var model = ReadTolerant(xml, imports, out var problems);
        return problems.Count == 0 ? model : throw new DmnException(problems);
    }

    /// <inheritdoc cref="Read(string, Func{string, DmnModel?}?)"/>
    public static DmnModel Read(Stream xml, Func<string, DmnModel?>? imports = null) => Read(DmnXml.ReadAll(xml), imports);

    /// <summary>
    /// Reads what can be read: an expression with a problem gives null and a diagnostic when it is evaluated. For editors that
    /// show a model while it is written, and for conformance suites; what is published is read with <see cref="Read(string, Func{string, DmnModel?}?)"/>.
    /// </summary>
    /// <exception cref="DmnException">The document is no DMN at all.</exception>
    public static DmnModel ReadTolerant(string xml, Func<string, DmnModel?>? imports, out IReadOnlyList<DmnProblem> problems)
    {
        (var model, problems) = ModelBuilder.Build(DmnXml.Load(xml), imports);
        return model;
    }
}
