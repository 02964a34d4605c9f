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
        if (!await CarryOutAsync(command, value => target = next?.Invoke(value)))
            return;
        Flash.Leave(Http, done, args);
        Go(target ?? Http.Request.Path + Http.Request.QueryString);
    }

    /// <summary>
    /// Like <see cref="SubmitAsync"/> but stays on the page, for results that have to be read: <paramref name="show"/> takes them over.
    /// A form that is sent again leads to the page as it is by then.
    /// </summary>
    /// <returns>False when it was refused; the page shows why.</returns>
    protected async Task<bool> CarryOutAsync<TValue>(Func<CancellationToken, Task<Outcome<TValue>>> command, Action<TValue> show)
    {
        IdempotencyScope.Current = Scope();
        try
        {
            var outcome = await command(Cancelled);
            if (outcome.Refusal is { } refusal)
            {
                Refuse(refusal);
                return false;
            }
            show(outcome.Value);
        }
        catch (IdempotencyReplayException)
        {
            // The same form was sent twice: the first one did it.
        }
        finally
        {
            IdempotencyScope.Current = null;
        }
        return true;
    }

    /// <summary>Shows a refusal with its status.</summary>
    protected void Refuse(Refusal refusal)
    {
        Refused = refusal;
        Http.Response.StatusCode = refusal.Status;
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
