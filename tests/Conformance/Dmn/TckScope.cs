using System.Xml.Linq;
using Orchestrator.Workflows.Dmn;

namespace Orchestrator.Conformance.Dmn;

/// <summary>The inputs of a case.</summary>
internal sealed class TckScope : INamespacedScope
{
    private readonly Dictionary<string, object?> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), object?> byNamespace = [];

    public TckScope(IEnumerable<XElement> inputs)
    {
        foreach (var input in inputs)
        {
            var (name, value) = ((string)input.Attribute("name")!, TckValue.Read(input));
            byName[name] = value;
            if ((string?)input.Attribute("namespace") is { } modelNamespace)
            {
                byNamespace[(modelNamespace, name)] = value;
            }
        }
    }

    public bool TryGet(string modelNamespace, string name, out object? value) => byNamespace.TryGetValue((modelNamespace, name), out value);

    public bool TryGet(string name, out object? value) => byName.TryGetValue(name, out value);
}
