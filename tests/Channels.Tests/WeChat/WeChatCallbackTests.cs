using Orchestrator.Channels.WeChat;

namespace Orchestrator.Channels.Tests.WeChat;

public sealed class WeChatCallbackTests
{
    private const string EchoText = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ==";
    private static readonly WeChatCallback Callback = new("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7");

    [Fact]
    public void The_published_plain_signature_holds() =>
        Assert.Equal("899cf89e464efb63f54ddac96b0a0a235f53aa78", WeChatCallback.Sign("AAAAA", "1714037059", "486452656"));

    [Fact]
    public void The_published_encrypted_address_check_is_answered()
    {
        Assert.Equal("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", WeChatCallback.Sign("QDG6eK", "1409659589", "263014780", EchoText));

        var verified = Assert.IsType<WebhookOutcome.Verified>(Check("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"));

        Assert.Equal("1616140317555161061", verified.Answer.Body);
        Assert.IsType<WebhookOutcome.Forged>(Check("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd4"));
    }

    [Fact]
    public void A_message_for_another_receiver_is_refused() =>
        Assert.Null(new WeChatCallback("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "someone-else").Decrypt(EchoText));

    [Fact]
    public void An_account_with_a_key_takes_no_plain_messages()
    {
        var signature = WeChatCallback.Sign("QDG6eK", "1", "2");
        var request = new WebhookRequest { Url = new Uri($"https://host.example/c?timestamp=1&nonce=2&signature={signature}"), Body = "<xml><Event>x</Event></xml>"u8.ToArray() };

        Assert.IsType<WebhookOutcome.Forged>(Callback.Receive(request, _ => ([], []), "success"));
    }

    [Fact]
    public void Entity_expansion_is_refused()
    {
        var signature = WeChatCallback.Sign("T", "1", "2");
        var request = new WebhookRequest
        {
            Url = new Uri($"https://host.example/c?timestamp=1&nonce=2&signature={signature}"),
            Body = "<!DOCTYPE x [<!ENTITY a \"b\">]><xml>&a;</xml>"u8.ToArray(),
        };

        Assert.IsType<WebhookOutcome.Malformed>(new WeChatCallback("T", null, "app").Receive(request, _ => ([], []), "success"));
    }

    private static WebhookOutcome Check(string signature) => Callback.Receive(
        new WebhookRequest
        {
            Method = "GET",
            Url = new Uri($"https://host.example/c?msg_signature={signature}&timestamp=1409659589&nonce=263014780&echostr={Uri.EscapeDataString(EchoText)}"),
        },
        _ => ([], []), "success");
}
