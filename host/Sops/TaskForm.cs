using System.Text.Json;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Sops;

/// <summary>A choice of a select, radio or checklist field.</summary>
public sealed record FormOption(string Value, string LabelZh, string LabelEn);

/// <summary>One component of a form. Types: text, textfield, textarea, number, checkbox, select, radio, checklist, datetime, file (uploaded before, named by SHA-256).</summary>
public sealed record FormField
{
    public required string Type { get; init; }

    /// <summary>Empty for <c>text</c>, which only shows its label.</summary>
    public required string Key { get; init; }
    public required string LabelZh { get; init; }
    public required string LabelEn { get; init; }
    public string? DescriptionZh { get; init; }
    public string? DescriptionEn { get; init; }
    public bool Required { get; init; }

    /// <summary>The outcomes it is required for; empty: for all.</summary>
    public IReadOnlyList<string> RequiredFor { get; init; } = [];

    /// <summary>Every box of a checklist must be ticked.</summary>
    public bool All { get; init; }

    /// <summary>Of a datetime: date or datetime; left out, either is taken.</summary>
    public string? Subtype { get; init; }

    public bool IsRequiredFor(string? outcome) => Required && (RequiredFor.Count == 0 || RequiredFor.Contains(outcome));

    public int? MinLength { get; init; }
    public int? MaxLength { get; init; }
    public string? Pattern { get; init; }
    public decimal? Min { get; init; }
    public decimal? Max { get; init; }
    public IReadOnlyList<FormOption> Options { get; init; } = [];

    public string LabelIn(string language) => language == Texts.Chinese ? LabelZh : LabelEn;

    public string? DescriptionIn(string language) => language == Texts.Chinese ? DescriptionZh : DescriptionEn;
}

/// <summary>A task form: the subset of form-js that the server renders and checks (docs/sops.md).</summary>
public sealed record TaskForm(string Id, IReadOnlyList<FormField> Fields)
{
    public static readonly TaskForm Empty = new("", []);

    public IEnumerable<FormField> Inputs => Fields.Where(component => component.Type != "text");

    /// <summary>What is wrong with the data entered for an outcome; fields are named <c>data.{key}</c>. Unknown keys are refused.</summary>
    public IReadOnlyList<FieldProblem> Check(JsonElement? data, string? outcome) => FormCheck.Check(this, data, outcome);
}
