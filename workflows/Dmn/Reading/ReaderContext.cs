using System.Xml.Linq;

namespace Orchestrator.Workflows.Dmn.Reading;

/// <summary>What the reading of a model's expressions shares.</summary>
/// <param name="Types">The item definitions.</param>
/// <param name="Problems">Where to complain.</param>
/// <param name="Members">Names of components, entries and columns anywhere in the model: what may follow a dot.</param>
/// <param name="OwnerId">The element whose logic is read.</param>
internal sealed record ReaderContext(TypeTable Types, Problems Problems, IReadOnlyList<string> Members, string OwnerId)
{
    public void Complain(XElement element, string message) => Problems.Add(element, message);
}
