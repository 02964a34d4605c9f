using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Tests.Feel;

public sealed class NameTests
{
    [Theory]
    [InlineData("loan amount", "loan amount * 2", "20")]
    [InlineData("loan amount", "loan   amount + 1", "11")]
    [InlineData("x-1", "x-1 + 1", "11")]
    [InlineData("date", "date + date(\"2026-01-01\").day", "11")]
    [InlineData("客户 等级", "客户 等级 + 1", "11")]
    [InlineData("a+b", "a+b", "10")]
    [InlineData("order", "order", "10")]
    public void A_known_name_may_have_blanks_and_operators(string name, string expression, string expected) =>
        Assert.Equal(expected, FeelFormat.ToText(Feels.Evaluate(expression, (name, 10)).Value));

    [Theory]
    [InlineData("{loan amount: 5, twice: loan amount * 2}.twice", "10")]
    [InlineData("for my item in [1, 2] return my item + 1", "[2, 3]")]
    [InlineData("(function(first value, second value) first value - second value)(second value: 1, first value: 3)", "2")]
    [InlineData("[{unit price: 2}, {unit price: 3}][unit price > 2].unit price", "[3]")]
    [InlineData("{\"a b\": 1}.a b", "1")]
    [InlineData("{🐎: 1}.🐎", "1")]
    public void A_name_is_known_from_where_it_is_introduced(string expression, string expected) => Feels.Gives(expression, expected);

    [Fact]
    public void A_filter_knows_the_members_of_the_items() =>
        Assert.Equal("[{unit price: 3}]", FeelFormat.ToText(FeelExpression.Compile("items[unit price > 2]", ["items", "unit price"])
            .Evaluate(FeelScope.From(new Dictionary<string, object?> { ["items"] = Feels.Evaluate("[{unit price: 2}, {unit price: 3}]").Value })).Value));

    [Theory]
    [InlineData("1 // one", "1")]
    [InlineData("1 /* one */ + 1", "2")]
    [InlineData("/* a\nb */ 3", "3")]
    public void Comments_are_skipped(string expression, string expected) => Feels.Gives(expression, expected);

    [Theory]
    [InlineData("\"\\u0041\\U01F40E\\n\\\"\\\\\"", "A🐎\n\"\\")]
    [InlineData("\"\\d+\"", "\\d+")]
    public void Strings_have_escapes(string expression, string expected) => Feels.Gives(expression, expected);
}
