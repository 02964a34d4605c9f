using Orchestrator.Workflows.Bpmn.Versions;
using Orchestrator.Workflows.Tests.Execution;

namespace Orchestrator.Workflows.Tests.Bpmn;

public sealed class DefinitionDiffTests
{
    private const string Body = """
        <startEvent id="s"/><userTask id="a" name="A" sop:due="P1WD"/><userTask id="b"/><exclusiveGateway id="x" default="xb"/>
        <f id="sx" a="s" b="x"/><f id="xa" a="x" b="a" if="n &gt; 1"/><f id="xb" a="x" b="b"/>
        """;

    [Fact]
    public void It_lists_added_removed_and_changed_elements_and_says_what_changed()
    {
        var newer = Body.Replace("P1WD", "P2WD", StringComparison.Ordinal)
            .Replace("n &gt; 1", "n &gt; 2", StringComparison.Ordinal)
            .Replace("""<userTask id="b"/>""", """<userTask id="c"/>""", StringComparison.Ordinal)
            .Replace("""b="b"/>""", """b="c"/>""", StringComparison.Ordinal);

        var changes = DefinitionDiff.Between(Xml.Process(Body), Xml.Process(newer));

        Assert.Equal(
            ["Changed a settings", "Added c ", "Removed b ", "Changed xa condition", "Changed xb ends"],
            changes.Select(c => $"{c.Kind} {c.ElementId} {string.Join(",", c.What)}"));
    }

    [Fact]
    public void Order_layout_and_documentation_are_no_change()
    {
        var same = Body.Replace("""name="A" sop:due="P1WD"/>""", """sop:due="P1WD" name="A"><documentation>text</documentation></userTask>""", StringComparison.Ordinal);
        Assert.Empty(DefinitionDiff.Between(Xml.Process(Body), Xml.Process(same)));
    }
}
