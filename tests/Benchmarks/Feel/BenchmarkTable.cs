using System.Security;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Benchmarks.Feel;

/// <summary>A table of 50 rules made of the cases' cells: age and score by row, the city in turn.</summary>
internal static class BenchmarkTable
{
    public static string Xml(JsonElement cases)
    {
        var cities = Texts(cases, "cities");
        var rules = new StringBuilder();
        foreach (var (age, row) in Texts(cases, "cells").Select((age, row) => (age, row)))
        {
            foreach (var (score, place) in Texts(cases, "scores").Select((score, place) => (score, place)))
            {
                rules.Append("<rule>");
                foreach (var cell in new[] { age, score, cities[(row + place) % cities.Count] })
                {
                    rules.Append("<inputEntry><text>").Append(SecurityElement.Escape(cell)).Append("</text></inputEntry>");
                }

                rules.Append("<outputEntry><text>").Append(row * 10 + place).Append("</text></outputEntry></rule>");
            }
        }

        return $"""
            <definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="benchmark" namespace="urn:benchmark">
              {Input("age", "number")}{Input("score", "number")}{Input("city", "string")}
              <decision id="offer" name="offer"><variable name="offer"/>{Requires("age")}{Requires("score")}{Requires("city")}
                <decisionTable hitPolicy="FIRST">{Column("age")}{Column("score")}{Column("city")}<output/>{rules}</decisionTable>
              </decision>
            </definitions>
            """;
    }

    private static List<string> Texts(JsonElement cases, string name) => [.. cases.GetProperty(name).EnumerateArray().Select(text => text.GetString()!)];

    private static string Input(string name, string type) => $"""<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{type}"/></inputData>""";

    private static string Requires(string name) => $"""<informationRequirement><requiredInput href="#{name}"/></informationRequirement>""";

    private static string Column(string name) => $"<input><inputExpression><text>{name}</text></inputExpression></input>";
}
