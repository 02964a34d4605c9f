using Orchestrator.Host.Web;
using Spectre.Console;

namespace Orchestrator.Host.Demo;

/// <summary>What the terminal shows: a line per step, and a mark only for what was asserted.</summary>
internal sealed class DemoReport(IAnsiConsole console, Texts texts)
{
    public int Assertions { get; private set; }

    public void Chapter(string key) => console.Write(new Rule($"[bold]{texts[key].EscapeMarkup()}[/]").LeftJustified());

    /// <summary>Asserts that two values are equal and says so in the words of <paramref name="key"/>, whose {0} is the value.</summary>
    public void Equal<T>(string key, T wanted, T found)
    {
        if (!EqualityComparer<T>.Default.Equals(wanted, found))
            throw new DemoFailedException($"{texts[key, wanted]}: expected {wanted}, found {found}");
        Passed(texts[key, found]);
    }

    /// <param name="found">What was found instead, for the report of a failure.</param>
    public void Holds(string key, bool holds, string? found = null)
    {
        if (!holds)
            throw new DemoFailedException($"Does not hold: {texts[key]} {found}");
        Passed(texts[key]);
    }

    public void Say(string key, params object?[] args) => console.MarkupLine($"  [grey]·[/] {texts[key, args].EscapeMarkup()}");

    public void Table(string key, IEnumerable<(string Name, long Count)> rows)
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumn(texts[key].EscapeMarkup()).AddColumn(new TableColumn("").RightAligned());
        foreach (var (name, count) in rows)
            table.AddRow(name.EscapeMarkup(), $"{count:N0}");
        console.Write(new Padder(table).Padding(4, 0, 0, 0));
    }

    private void Passed(string text)
    {
        Assertions++;
        console.MarkupLine($"  [green]✓[/] {text.EscapeMarkup()}");
    }
}
