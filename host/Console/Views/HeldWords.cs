using System.Globalization;
using System.Text.Json;
using Orchestrator.Channels;
using Orchestrator.Host.Reachouts;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>A kept receipt or reply in words: what it has of these, in this order.</summary>
internal static class HeldWords
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public static IEnumerable<(string Name, string Value)> Of(Texts texts, Show show, HeldReceiptView kept) =>
        (kept.IsReply ? OfReply(texts, show, kept.Content.Deserialize<Reply>(Json)!) : OfReceipt(texts, show, kept.Content.Deserialize<Receipt>(Json)!))
            .Where(line => line.Value is { Length: > 0 }).Select(line => (texts[$"legal.{line.Key}"], line.Value!));

    private static IEnumerable<(string Key, string? Value)> OfReply(Texts texts, Show show, Reply reply) =>
    [
        ("from", reply.From), ("text", reply.Text), ("asks", texts[$"legal.asks.{reply.Kind}"]), ("at", reply.At is { } at ? show.Moment(at) : null), ("provider-ref", reply.ProviderRef),
    ];

    private static IEnumerable<(string Key, string? Value)> OfReceipt(Texts texts, Show show, Receipt receipt) =>
    [
        ("status", texts[$"message-state.{receipt.Status}"]), ("effect", receipt.Effect == AddressEffect.None ? null : texts[$"legal.effect.{receipt.Effect}"]), ("from", receipt.Address),
        ("code", receipt.Code), ("text", receipt.Text), ("at", receipt.At is { } at ? show.Moment(at) : null),
        ("message", receipt.MessageId), ("attempt", receipt.Attempt?.ToString(CultureInfo.InvariantCulture)), ("provider-ref", receipt.ProviderRef),
    ];
}
