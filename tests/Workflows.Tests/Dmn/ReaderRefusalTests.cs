using Orchestrator.Workflows.Dmn;

namespace Orchestrator.Workflows.Tests.Dmn;

public sealed class ReaderRefusalTests
{
    [Fact]
    public void Entities_and_DTDs_are_refused() =>
        Assert.Throws<DmnException>(() => DmnReader.Read($"""
            <!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><definitions xmlns="{Tables.Namespace}" name="&b;"/>
            """));

    [Fact]
    public void Deep_documents_are_refused() =>
        Assert.Throws<DmnException>(() => DmnReader.Read(Tables.Model(string.Concat(Enumerable.Repeat("<context>", 5_000)) + string.Concat(Enumerable.Repeat("</context>", 5_000)))));

    [Theory]
    [InlineData("<definitions/>", "The root must be")]
    [InlineData("no xml", "Data at the root level")]
    public void What_is_no_DMN_is_refused(string xml, string message) =>
        Assert.Contains(message, Assert.Throws<DmnException>(() => DmnReader.Read(xml)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("""<decision id="d" name="D"><literalExpression><text>1 +</text></literalExpression></decision>""", "cannot be read at 4")]
    [InlineData("""<decision id="d" name="D"><variable name="D" typeRef="tMoney"/><literalExpression><text>1</text></literalExpression></decision>""", "There is no type 'tMoney'")]
    [InlineData("""<decision id="d" name="D"><informationRequirement><requiredInput href="#gone"/></informationRequirement></decision>""", "'#gone' names no element")]
    [InlineData("""<decision id="d" name="D"><decisionTable hitPolicy="BEST"><output/></decisionTable></decision>""", "no hit policy 'BEST'")]
    [InlineData("""<decision id="d" name="D"><literalExpression expressionLanguage="urn:groovy"><text>1</text></literalExpression></decision>""", "'urn:groovy' is not supported")]
    [InlineData("""<itemDefinition name="t"><typeRef>t</typeRef></itemDefinition>""", "contains itself")]
    [InlineData("""<import name="i" namespace="urn:gone" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>""", "'urn:gone' is not known")]
    [InlineData("""<decision id="d" name="D"/><decision id="d" name="E"/>""", "an id of its own")]
    public void A_bad_model_is_refused_with_the_reason(string content, string message) =>
        Assert.Contains(message, Assert.Throws<DmnException>(() => Tables.Read(content)).Message, StringComparison.Ordinal);

    [Fact]
    public void Decisions_in_a_circle_are_refused() =>
        Assert.Contains("requires itself", Assert.Throws<DmnException>(() => Tables.Read("""
            <decision id="a" name="A"><informationRequirement><requiredDecision href="#b"/></informationRequirement><literalExpression><text>B</text></literalExpression></decision>
            <decision id="b" name="B"><informationRequirement><requiredDecision href="#a"/></informationRequirement><literalExpression><text>A</text></literalExpression></decision>
            """)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("http://www.omg.org/spec/DMN/20180521/MODEL/")]
    [InlineData("https://www.omg.org/spec/DMN/20191111/MODEL/")]
    [InlineData("https://www.omg.org/spec/DMN/20211108/MODEL/")]
    [InlineData("https://www.omg.org/spec/DMN/20230324/MODEL/")]
    public void Every_version_since_1_2_is_read(string version) =>
        Assert.Equal("2", DmnReader.Read($"""
            <dmn:definitions xmlns:dmn="{version}" xmlns:other="urn:other" name="M" namespace="urn:test">
              <dmn:extensionElements><other:decision/></dmn:extensionElements>
              <dmn:decision id="d" name="D"><dmn:extensionElements/><dmn:variable name="D" typeRef="number"/><dmn:literalExpression><dmn:text>1 + 1</dmn:text></dmn:literalExpression></dmn:decision>
            </dmn:definitions>
            """).Decide().Text());

    [Fact]
    public void All_problems_are_listed_at_once() =>
        Assert.Equal(2, Assert.Throws<DmnException>(() => Tables.Read("""
            <decision id="a" name="A"><literalExpression><text>1 +</text></literalExpression></decision>
            <decision id="b" name="B"><literalExpression><text>(</text></literalExpression></decision>
            """)).Problems.Count);

    [Fact]
    public void A_tolerant_reading_gives_null_where_the_problem_is()
    {
        var model = DmnReader.ReadTolerant(Tables.Model("""<decision id="a" name="A"><literalExpression><text>1 +</text></literalExpression></decision>"""), null, out var problems);

        Assert.Single(problems);
        Assert.NotEmpty(model.Decide().Diagnostics);
    }
}
