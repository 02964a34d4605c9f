namespace Orchestrator.Workflows.Tests.Dmn;

public sealed class BoxedExpressionTests
{
    [Theory]
    [InlineData("<list><literalExpression><text>1</text></literalExpression><literalExpression><text>2</text></literalExpression></list>", "[1, 2]")]
    [InlineData("<relation><column name='a'/><column name='b'/><row><literalExpression><text>1</text></literalExpression><literalExpression><text>2</text></literalExpression></row></relation>", "[{a: 1, b: 2}]")]
    [InlineData("<conditional><if><literalExpression><text>1 = 1</text></literalExpression></if><then><literalExpression><text>1</text></literalExpression></then><else><literalExpression><text>2</text></literalExpression></else></conditional>", "1")]
    [InlineData("<for iteratorVariable='i'><in><literalExpression><text>[1, 2]</text></literalExpression></in><return><literalExpression><text>i * 2</text></literalExpression></return></for>", "[2, 4]")]
    [InlineData("<some iteratorVariable='i'><in><literalExpression><text>[1, 2]</text></literalExpression></in><satisfies><literalExpression><text>i > 1</text></literalExpression></satisfies></some>", "true")]
    [InlineData("<every iteratorVariable='i'><in><literalExpression><text>[1, 2]</text></literalExpression></in><satisfies><literalExpression><text>i > 1</text></literalExpression></satisfies></every>", "false")]
    [InlineData("<filter><in><literalExpression><text>[{a: 1}, {a: 2}]</text></literalExpression></in><match><literalExpression><text>a > 1</text></literalExpression></match></filter>", "[{a: 2}]")]
    [InlineData("<context><contextEntry><variable name='a'/><literalExpression><text>1</text></literalExpression></contextEntry><contextEntry><variable name='b'/><literalExpression><text>a + 1</text></literalExpression></contextEntry></context>", "{a: 1, b: 2}")]
    [InlineData("<invocation><literalExpression><text>sum</text></literalExpression><binding><parameter name='list'/><literalExpression><text>[1, 2]</text></literalExpression></binding></invocation>", "3")]
    public void A_boxed_expression_gives_its_value(string expression, string expected) =>
        Assert.Equal(expected, Tables.Read($"<decision id='d' name='D'><variable name='D'/>{expression}</decision>").Decide().Text());

    [Fact]
    public void A_boxed_function_keeps_the_names_around_it() =>
        Assert.Equal("15", Tables.Read("""
            <decision id="d" name="D"><variable name="D"/><context>
              <contextEntry><variable name="base"/><literalExpression><text>10</text></literalExpression></contextEntry>
              <contextEntry><variable name="add"/><functionDefinition><formalParameter name="n" typeRef="number"/><literalExpression><text>base + n</text></literalExpression></functionDefinition></contextEntry>
              <contextEntry><literalExpression><text>add(5)</text></literalExpression></contextEntry>
            </context></decision>
            """).Decide().Text());

    [Fact]
    public void Java_functions_give_null_and_say_what_to_do() =>
        Assert.Contains("write the function in FEEL", Tables.Read("""
            <decision id="d" name="D"><variable name="D"/><context>
              <contextEntry><variable name="f"/><functionDefinition kind="Java"><formalParameter name="n"/><context/></functionDefinition></contextEntry>
              <contextEntry><literalExpression><text>f(5)</text></literalExpression></contextEntry>
            </context></decision>
            """).Decide().Diagnostics[0].Cause, StringComparison.Ordinal);
}
