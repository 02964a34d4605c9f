using System.Text.Json.Nodes;

namespace Orchestrator.Channels.Tests.Email;

/// <summary>The contract over SMTP, against the simulated submission server. What only SMTP has is in <see cref="SmtpChannelTests"/>.</summary>
public sealed class SmtpContractTests : ChannelContract
{
    protected override string ProviderName => "smtp";

    protected override (string, string) Good => ("zhang@example.com", "li@example.com");

    protected override string Dead => "dead@example.com";

    // 551 names another address: the mailbox has moved, and whoever wants to follow must enter the new one.
    protected override Type SentElsewhere => typeof(Delivery.PermanentRecipient);

    protected override IReadOnlyDictionary<ContractCase, string> CannotExist { get; } = new Dictionary<ContractCase, string>
    {
        [ContractCase.ErrorAfterAccept] = "a 4yz or 5yz reply to the final dot says that the server did not take the mail (RFC 5321, 4.2)",
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task STARTTLS_with_a_certificate_that_is_not_trusted_stops_before_anything_leaves(bool trusted)
    {
        await using var channel = Open(trust: trusted, change: settings => settings["security"] = "startTls");

        var delivery = Assert.Single(await channel.SendAsync([Message(Good.Item1)], Cancellation));

        Assert.IsType(trusted ? typeof(Delivery.Accepted) : typeof(Delivery.Configuration), delivery);
        Assert.Equal(trusted ? 1 : 0, Requests);
    }

    [Fact]
    public async Task What_a_server_refuses_after_the_final_dot_was_not_taken()
    {
        await using var server = new ScriptedSmtpServer((line, _) => line == "DOT" ? "451 4.3.0 Queue file write error" : ScriptedSmtpServer.Default(line));
        await using var channel = Open(change: settings => Redirect(settings, server.Port));

        Assert.IsType<Delivery.RetrySafe>(Assert.Single(await channel.SendAsync([Message(Good.Item1)], Cancellation)));
        Assert.Equal(1, server.Mails);
    }

    private static void Redirect(JsonObject settings, int port)
    {
        settings["port"] = port;
        settings["authentication"] = "none";
    }
}
