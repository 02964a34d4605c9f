namespace Orchestrator.Workflows.Dmn;

/// <summary>Reads DMN 1.2 to 1.5 XML.</summary>
public static class DmnReader
{
    /// <summary>Reads and checks a model.</summary>
    /// <param name="xml">The document. DTDs and entities are refused, size and depth are bounded.</param>
    /// <param name="imports">Finds an imported model by its namespace; null where there is none.</param>
    /// <exception cref="DmnException">The model cannot be used; all problems found are listed.</exception>
    public static DmnModel Read(string xml, Func<string, DmnModel?>? imports = null) => throw new NotImplementedException();

    /// <inheritdoc cref="Read(string, Func{string, DmnModel?}?)"/>
    public static DmnModel Read(Stream xml, Func<string, DmnModel?>? imports = null) => throw new NotImplementedException();
}
