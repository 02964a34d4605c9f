using Orchestrator.Channels.Http;

namespace Orchestrator.Channels.Tests.Http;

public sealed class EvidenceTests
{
    [Theory]
    [InlineData("The 'To' number +14155550100 is not a valid phone number.", "The 'To' number +14***00 is not a valid phone number.")]
    [InlineData("550 5.1.1 <zhang.wei@example.com>: user unknown", "550 5.1.1 <***@example.com>: user unknown")]
    [InlineData("isv.BUSINESS_LIMIT_CONTROL 1234", "isv.BUSINESS_LIMIT_CONTROL 1234")]
    public void Addresses_that_providers_quote_are_hidden(string said, string kept) => Assert.Equal(kept, Evidence.Cut(said));

    [Fact]
    public void What_is_kept_is_bounded() => Assert.Equal(500, Evidence.Cut(new string('x', 100_000))!.Length);

    [Fact]
    public void Reasons_are_cleaned_like_evidence() =>
        Assert.Equal("no +86***00", Assert.IsType<Delivery.RetrySafe>(Evidence.Clean(new Delivery.RetrySafe("no +8613800138000"))).Reason);
}
