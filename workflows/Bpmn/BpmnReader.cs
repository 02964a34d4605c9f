namespace Orchestrator.Workflows.Bpmn;

/// <summary>Reads BPMN 2.0 XML in the dialect described in docs/bpmn.md and docs/sop-extension.md.</summary>
public static class BpmnReader
{
    /// <summary>Never throws for bad input: every problem of the file is in the result.</summary>
    public static BpmnReading Read(string xml) => new(null, []);

    public static BpmnReading Read(Stream stream)
    {
        using var reader = new StreamReader(stream);
        return Read(reader.ReadToEnd());
    }
}
