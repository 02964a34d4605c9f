namespace Orchestrator.Channels.Tests;

public sealed class ProviderTests
{
    [Fact]
    public void Names_of_providers_are_unique_and_every_form_is_in_both_languages()
    {
        Assert.Equal(ChannelProviders.All.Count, ChannelProviders.All.Select(p => p.Name).Distinct().Count());
        Assert.All(ChannelProviders.All.SelectMany(p => p.Settings), field => Assert.True(field.LabelEn.Length > 0 && field.LabelZh.Length > 0, field.Name));
        Assert.All(ChannelProviders.All, p => Assert.Equal(p.Settings.Count, p.Settings.Select(f => f.Name).Distinct().Count()));
    }

    [Fact]
    public void Every_rule_of_the_policy_names_a_provider_in_the_box() =>
        Assert.All(ProviderPolicy.Shipped.Rules, rule => Assert.NotNull(ChannelProviders.Find(rule.Provider)));
}
