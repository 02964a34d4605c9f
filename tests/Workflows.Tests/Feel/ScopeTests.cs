using System.Text.Json;
using Orchestrator.Workflows.Feel;

namespace Orchestrator.Workflows.Tests.Feel;

public sealed class ScopeTests
{
    private static readonly JsonElement Customer = JsonDocument.Parse("""
        {"city": "上海", "score": 640, "rate": 0.1, "joined": "2024-03-01", "tags": ["vip", "new"], "loan": {"open": true, "days overdue": 3}, "none": null}
        """).RootElement;

    [Theory]
    [InlineData("city = \"上海\" and score >= 600", "true")]
    [InlineData("rate * 3", "0.3")]
    [InlineData("list contains(tags, \"vip\")", "true")]
    [InlineData("loan.open and loan.days overdue < 5", "true")]
    [InlineData("joined", "2024-03-01")]
    [InlineData("none = null", "true")]
    [InlineData("none > 1", "null")]
    [InlineData("absent > 1", "null")]
    public void A_JSON_object_is_a_scope(string expression, string expected) =>
        Assert.Equal(expected, FeelFormat.ToText(FeelExpression.Compile(expression, ["days overdue"]).Evaluate(FeelScope.From(Customer)).Value));

    [Fact]
    public void Text_is_a_date_only_where_a_type_says_so()
    {
        var expression = FeelExpression.Compile("joined < date(\"2025-01-01\")");

        Assert.Null(expression.Evaluate(FeelScope.From(Customer)).Value);
        Assert.True(expression.Evaluate(FeelScope.From(Customer, new Dictionary<string, FeelType> { ["joined"] = FeelType.Date })).IsTrue);
    }

    [Fact]
    public void Dotnet_values_are_converted()
    {
        var result = Feels.Evaluate("n + l + d", ("n", 1), ("l", 2L), ("d", 0.5));

        Assert.Equal(3.5m, result.Value);
        Feels.Evaluate("when + duration(\"P1D\")", ("when", new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.Equal("2026-01-02", FeelFormat.ToText(Feels.Evaluate("day + duration(\"P1D\")", ("day", new DateOnly(2026, 1, 1))).Value));
        Assert.Equal(3m, Feels.Evaluate("count(items)", ("items", Enumerable.Range(1, 3))).Value);
        Assert.Equal(2m, Feels.Evaluate("c.b", ("c", new Dictionary<string, object?> { ["b"] = 2 })).Value);
    }

    [Fact]
    public void Layers_hide_those_below()
    {
        var scope = FeelScope.Layered(
            FeelScope.From(new Dictionary<string, object?> { ["a"] = 1 }),
            FeelScope.From(new Dictionary<string, object?> { ["a"] = 2, ["b"] = 3 }));

        Assert.Equal(4m, FeelExpression.Compile("a + b").Evaluate(scope).Value);
        Assert.Equal(12m, FeelExpression.Compile("a + b").Evaluate(scope.With("a", 9)).Value);
    }

    [Fact]
    public void An_expression_knows_the_names_it_reads()
    {
        var expression = FeelExpression.Compile("for x in items return x + fee + count(other) + {a: 1, b: a}.b");

        Assert.Equal(["fee", "items", "other"], expression.Names.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Values_travel_through_JSON()
    {
        var value = Feels.Evaluate("{n: 1.50, t: \"x\", l: [true, null], d: date(\"2026-01-01\"), wide: 1/3}").Value;

        Assert.Equal("""{"n":1.5,"t":"x","l":[true,null],"d":"2026-01-01","wide":3333333333333333333333333333333333E-34}""", FeelJson.ToJson(value)!.ToJsonString());
        Assert.Equal("""{n: 1.5, l: [true, null]}""", FeelFormat.ToText(FeelJson.FromJson(JsonDocument.Parse("""{"n":1.50,"l":[true,null]}""").RootElement)));
    }
}
