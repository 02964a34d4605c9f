using System.Collections.Frozen;

namespace Orchestrator.Templates;

/// <summary>
/// Names that are filled from their sources and never typed into a text: the signature from the channel account,
/// the rate from the product, the opt-out wording from the channel. Any template may use them without declaring them.
/// </summary>
public static class TemplateTokens
{
    /// <summary>The sender's signature: 【禾光消费金融】 or "Heguang CF:"; the app name for push.</summary>
    public const string Signature = "sig";

    /// <summary>The product's rate disclosure, annualised.</summary>
    public const string Rate = "rate";

    /// <summary>How the customer stops further messages on this channel.</summary>
    public const string OptOut = "out";

    /// <summary>The customer's own unsubscribe address, for a link in HTML.</summary>
    public const string OptOutUrl = "out_url";

    /// <summary>The company's full registered name, for e-mail footers.</summary>
    public const string CompanyName = "company_name";

    /// <summary>The company's postal address, for e-mail footers.</summary>
    public const string CompanyAddress = "company_address";

    /// <summary>The complaint line, for e-mail footers.</summary>
    public const string ComplaintLine = "complaint_line";

    /// <summary>All token names.</summary>
    public static IReadOnlySet<string> All { get; } =
        FrozenSet.Create(Signature, Rate, OptOut, OptOutUrl, CompanyName, CompanyAddress, ComplaintLine);
}

/// <summary>The values of the tokens for one product, one channel account and one customer.</summary>
public sealed record TokenValues
{
    /// <summary>From the channel account.</summary>
    public required string Signature { get; init; }

    /// <summary>From the product.</summary>
    public required string Rate { get; init; }

    /// <summary>The customer's unsubscribe address; null on channels that opt out by reply or in the app.</summary>
    public string? OptOutUrl { get; init; }

    /// <summary>The company's full name.</summary>
    public string CompanyName { get; init; } = "";

    /// <summary>The company's address.</summary>
    public string CompanyAddress { get; init; } = "";

    /// <summary>The complaint line.</summary>
    public string ComplaintLine { get; init; } = "";

    /// <summary>Writes the tokens into render data, the opt-out wording being that of the channel and language.</summary>
    /// <param name="data">The dictionary that goes to <see cref="CompiledTemplate.Render"/>.</param>
    /// <param name="channel">The channel of the template.</param>
    /// <param name="language">The language of the template.</param>
    public void AddTo(IDictionary<string, object?> data, MessageChannel channel, string language)
    {
        data[TemplateTokens.Signature] = Signature;
        data[TemplateTokens.Rate] = Rate;
        data[TemplateTokens.OptOut] = OptOutWording.For(channel, language, OptOutUrl);
        data[TemplateTokens.OptOutUrl] = OptOutUrl;
        data[TemplateTokens.CompanyName] = CompanyName;
        data[TemplateTokens.CompanyAddress] = CompanyAddress;
        data[TemplateTokens.ComplaintLine] = ComplaintLine;
    }
}
