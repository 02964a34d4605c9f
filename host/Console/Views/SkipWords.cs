using Orchestrator.Host.Web;

namespace Orchestrator.Host.WebConsole.Views;

/// <summary>Why a message was not sent, in words, whether named <c>NoConsentedChannel</c> or <c>no-consented-channel</c>.</summary>
internal static class SkipWords
{
    public static string Of(Texts texts, string reason)
    {
        var key = $"not-sent.{reason.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant()}";
        return texts.Has(key) ? texts[key] : reason;
    }
}
