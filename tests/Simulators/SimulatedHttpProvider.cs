using System.Text;

namespace Orchestrator.Simulators;

/// <summary>A message a simulated provider was asked to send.</summary>
/// <param name="Id">Our id and attempt, as the provider was told them.</param>
/// <param name="To">Recipient.</param>
/// <param name="Text">The text, or the values for the template.</param>
/// <param name="Template">Code of the registered template; null: the text itself is sent.</param>
public sealed record SimulatedMessage(string Id, string To, string Text, string? Template = null)
{
    /// <summary>What the contract has beside the text: where a tap leads, who sends.</summary>
    public string? Note { get; init; }
}

/// <summary>An HTTP answer of a simulated provider.</summary>
internal sealed record Answer(int Status, string Body, string ContentType = "application/json", int? RetryAfter = null, IReadOnlyDictionary<string, string>? Headers = null)
{
    public async Task WriteAsync(HttpContext context)
    {
        context.Response.StatusCode = Status;
        context.Response.ContentType = ContentType;
        if (RetryAfter is { } seconds) context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        foreach (var (name, value) in Headers ?? new Dictionary<string, string>()) context.Response.Headers[name] = value;
        var bytes = Encoding.UTF8.GetBytes(Body);
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}

/// <summary>What a send request means to its provider.</summary>
/// <param name="Accepted">Messages it takes.</param>
/// <param name="Reply">What it answers.</param>
/// <param name="AfterAccept">Reports to send later.</param>
internal sealed record SimulatedSend(IReadOnlyList<SimulatedMessage> Accepted, Answer Reply, Action? AfterAccept = null);

/// <summary>A stand-in for a provider's HTTP interface: its routes, and its own words for rate and credential refusals.</summary>
internal abstract class SimulatedHttpProvider(Simulation simulation) : SimulatedProvider(simulation)
{
    protected abstract Answer Throttled { get; }

    protected abstract Answer ExpiredCredentials { get; }

    /// <summary>Maps a route that sends: reads the request, then applies the next fault.</summary>
    /// <param name="routes">Where to map.</param>
    /// <param name="pattern">Route.</param>
    /// <param name="read">Reads the request.</param>
    /// <param name="header">Providers whose API sits at one address share it: only requests with this header are meant.</param>
    protected void MapSend(IEndpointRouteBuilder routes, string pattern, Func<HttpContext, Task<SimulatedSend>> read, string? header = null)
    {
        async Task HandleAsync(HttpContext context)
        {
            var send = await read(context);
            await RunAsync(context, send, send.Accepted.Count == 0 ? Fault.None : Simulation.Faults.Next());
        }

        if (header is null) routes.Map(pattern, HandleAsync);
        else Simulation.ByHeader[header] = HandleAsync;
    }

    protected static async Task<string> BodyAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body, Encoding.UTF8);
        return await reader.ReadToEndAsync(context.RequestAborted);
    }

    private async Task RunAsync(HttpContext context, SimulatedSend send, Fault fault)
    {
        if (Simulation.Faults.LatencyMilliseconds is > 0 and var wait) await Task.Delay(wait, Simulation.Faults.TakesUnheard ? CancellationToken.None : context.RequestAborted);
        var accepted = fault is Fault.None or >= Fault.ServerErrorAfterAccept;
        foreach (var message in send.Accepted) Simulation.Log.Add(Name, message, fault, accepted);
        if (accepted) send.AfterAccept?.Invoke();
        switch (fault)
        {
            case Fault.None: await send.Reply.WriteAsync(context); break;
            case Fault.Throttled: await Throttled.WriteAsync(context); break;
            case Fault.ExpiredCredentials: await ExpiredCredentials.WriteAsync(context); break;
            case Fault.ServerError: await new Answer(503, "upstream connect error", "text/plain").WriteAsync(context); break;
            case Fault.Redirect: await new Answer(302, "", "text/plain", Headers: new Dictionary<string, string> { ["Location"] = "https://example.com/" }).WriteAsync(context); break;
            case Fault.ServerErrorAfterAccept: await new Answer(500, "internal error", "text/plain").WriteAsync(context); break;
            case Fault.Malformed: await new Answer(200, "<html>gateway says {", "text/html").WriteAsync(context); break;
            case Fault.HugeBody: await WriteHugeAsync(context); break;
            case Fault.CloseAfterAccept: context.Abort(); break;
            case Fault.TimeoutAfterAccept: await HangAsync(context); break;
            default: throw new InvalidOperationException($"Fault {fault} is not simulated.");
        }
    }

    private async Task HangAsync(HttpContext context)
    {
        try
        {
            await Task.Delay(Simulation.Faults.HangMilliseconds, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The caller gave up first, as it should.
        }

        context.Abort();
    }

    private static async Task WriteHugeAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json";
        var block = Encoding.UTF8.GetBytes("{\"code\":\"0\",\"pad\":\"" + new string('x', 64 * 1024));
        try
        {
            for (var i = 0; i < 512; i++) await context.Response.Body.WriteAsync(block, context.RequestAborted);
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The caller hung up, as it should.
        }
    }
}
