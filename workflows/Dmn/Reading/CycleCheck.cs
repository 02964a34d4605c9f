using System.Xml.Linq;
using Orchestrator.Workflows.Dmn.Drg;

namespace Orchestrator.Workflows.Dmn.Reading;

/// <summary>A decision must not require itself, also not through others. Walks without recursion: graphs may be deep.</summary>
internal static class CycleCheck
{
    public static void Run(IReadOnlyList<(DrgElement Element, XElement Xml)> elements, Problems problems)
    {
        var done = new HashSet<DrgElement>();
        foreach (var (element, xml) in elements.Where(each => each.Element is DrgDecision))
        {
            if (Finds(element, done) is { } name)
            {
                problems.Add(xml, $"The decision requires itself through '{name}'.");
                return;
            }
        }
    }

    private static string? Finds(DrgElement start, HashSet<DrgElement> done)
    {
        var path = new HashSet<DrgElement>();
        var stack = new Stack<(DrgElement Element, bool Leaving)>([(start, false)]);
        while (stack.TryPop(out var step))
        {
            if (step.Leaving)
            {
                path.Remove(step.Element);
                done.Add(step.Element);
            }
            else if (path.Contains(step.Element))
            {
                return step.Element.Name;
            }
            else if (!done.Contains(step.Element))
            {
                path.Add(step.Element);
                stack.Push((step.Element, true));
                foreach (var required in step.Element.Requirements.All.Where(each => each is DrgDecision))
                {
                    stack.Push((required, false));
                }
            }
        }

        return null;
    }
}
