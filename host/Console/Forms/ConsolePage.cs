using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Components;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Forms;

/// <summary>What every page shares: who looks, and how a posted form becomes a command, a redirect or a refusal on the same page.</summary>
public abstract class ConsolePage : ComponentBase
{
    internal const string IdempotencyField = "idempotency-key";

    [CascadingParameter]
    public HttpContext Http { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    protected BusinessClock Clock { get; set; } = null!;

    protected Actor Me => Actor.From(Http.User);

    protected CancellationToken Cancelled => Http.RequestAborted;

    /// <summary>Why the last command was refused; show it with <c>RefusalNotice</c>.</summary>
    protected Refusal? Refused { get; set; }

    /// <summary>What the page is about does not exist (or not for this person).</summary>
    protected bool IsMissing { get; private set; }

    protected bool Am(params string[] roles) => Me.Is(Role.Admin) || Me.IsAny(roles);

    /// <summary>The posted form; empty on a GET.</summary>
    protected IFormCollection Posted => HttpMethods.IsPost(Http.Request.Method) && Http.Request.HasFormContentType ? Http.Request.Form : FormCollection.Empty;

    protected string Field(string name) => Posted[name].ToString().Trim();

    protected void Missing()
    {
        IsMissing = true;
        Http.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    /// <summary>
    /// Runs a command under the form's key. Carried out (now, or before under the same key): leaves the message <paramref name="done"/> and goes to
    /// <paramref name="next"/> (default: this page). Refused: the page shows why, with the refusal's status, and nothing was changed.
    /// </summary>
    protected async Task SubmitAsync<TValue>(Func<CancellationToken, Task<Outcome<TValue>>> command, string done, Func<TValue, string>? next = null, params string[] args)
    {
        string? target = null;
        IdempotencyScope.Current = Scope();
        try
        {
            var outcome = await command(Cancelled);
            if (outcome.Refusal is { } refusal)
            {
                Refused = refusal;
                Http.Response.StatusCode = refusal.Status;
                return;
            }
            target = next?.Invoke(outcome.Value);
        }
        catch (IdempotencyReplayException)
        {
            // The same form was sent twice: the first one did it.
        }
        finally
        {
            IdempotencyScope.Current = null;
        }
        Flash.Leave(Http, done, args);
        Go(target ?? Http.Request.Path + Http.Request.QueryString);
    }

    protected void Go(string target) => Navigation.NavigateTo(target);

    private IdempotencyScope? Scope()
    {
        var key = Field(IdempotencyField);
        if (key.Length is 0 or > 128)
            return null;
        // One key serves one rendering of one form, so its fields need no hash of their own.
        var route = Http.Request.Path.ToString();
        return new IdempotencyScope(Me.UserName, key, route, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))), Clock.GetUtcNow());
    }
}
