using Microsoft.Playwright;

namespace Orchestrator.Console.Tests.Support;

/// <summary>The brief's form as a person uses it.</summary>
internal static class BriefForm
{
    public static async Task AddAsync(IPage page, string list)
    {
        await page.EvaluateAsync("list => { for (let at = document.querySelector(`button[name=_add][value='${list}']`); at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true; }", list);
        await PressAsync(page, $"button[name=_add][value='{list}']");
    }

    /// <summary>Presses a button after which the form comes back: every rendering of it has a key of its own, and its foot comes last.</summary>
    public static async Task PressAsync(IPage page, string button)
    {
        var key = await page.InputValueAsync("#brief-form input[name=idempotency-key]");
        await page.ClickAsync(button);
        await page.Locator($"#brief-form:has(input[name=idempotency-key]:not([value='{key}'])) .form-foot button[type=submit]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
    }

    public static async Task OpenAsync(IPage page, string within) =>
        await page.EvaluateAsync("within => document.querySelectorAll(`${within} details, details${within}`).forEach(details => { details.open = true; })", within);

    public static async Task SaveAsync(IPage page, Guid campaign)
    {
        await page.ClickAsync(".form-foot button[type=submit]");
        await page.WaitForURLAsync(url => url.EndsWith($"/campaigns/{campaign}", StringComparison.Ordinal) || url.EndsWith("tab=package", StringComparison.Ordinal));
    }
}
