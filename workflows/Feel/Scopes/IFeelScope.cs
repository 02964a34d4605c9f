namespace Orchestrator.Workflows.Feel;

/// <summary>
/// Where an expression finds its variables. Values may be FEEL values or plain .NET ones (int, double, DateTime,
/// JsonElement, lists, dictionaries …), which are converted when read. Implementations must be safe to read from several threads.
/// </summary>
public interface IFeelScope
{
    bool TryGet(string name, out object? value);
}
