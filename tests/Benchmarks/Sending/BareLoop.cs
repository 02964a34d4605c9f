using System.Text;

namespace Orchestrator.Benchmarks.Sending;

/// <summary>The ceiling: the same POST from a loop around HttpClient, with nothing else.</summary>
internal static class BareLoop
{
    public static async Task<Figure> RunAsync(Uri sink, int messages, int inFlight)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = inFlight });
        await LoopAsync(http, sink, 5_000, inFlight);
        var timer = RunTimer.Start(null);
        await LoopAsync(http, sink, messages, inFlight);
        return timer.Stop(messages);
    }

    private static async Task LoopAsync(HttpClient http, Uri sink, int messages, int inFlight)
    {
        var left = messages;
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(async _ =>
        {
            for (int i; (i = Interlocked.Decrement(ref left)) >= 0;)
            {
                var body = $$"""{"id":"1.{{i}}.0-1","to":"+8613{{i:D9}}","text":"【禾光消费金融】尾号{{i % 10_000:D4}}的客户您好,会员日12月8日开始,老客可在APP领取首期利息8折券。请理性借贷。贷款年化利率(单利)7.2%-19.8%,以审批和合同为准。拒收请回复R"}""";
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                using var reply = await http.PostAsync(sink, content);
                reply.EnsureSuccessStatusCode();
                await reply.Content.ReadAsByteArrayAsync();
            }
        }));
    }
}

