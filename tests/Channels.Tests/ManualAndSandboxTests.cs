using System.Text.Json;

namespace Orchestrator.Channels.Tests;

public sealed class ManualAndSandboxTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private sealed class Recorder : ISandboxOutbox, IManualWork
    {
        public List<OutboundMessage> Kept { get; } = [];

        public Task KeepAsync(string provider, ChannelKind kind, IReadOnlyList<OutboundMessage> messages, CancellationToken cancellationToken)
        {
            Kept.AddRange(messages);
            return Task.CompletedTask;
        }

        public Task<string> AssignAsync(ManualAssignment assignment, IReadOnlyList<OutboundMessage> messages, CancellationToken cancellationToken)
        {
            Kept.AddRange(messages);
            return Task.FromResult($"task-{assignment.Place}");
        }
    }

    [Fact]
    public async Task A_sandbox_stands_in_for_every_provider_and_keeps_what_would_have_been_sent()
    {
        foreach (var provider in ChannelProviders.All)
        {
            var recorder = new Recorder();
            await using var sandbox = new SandboxChannel(provider, recorder);
            var message = Any.Message();

            Assert.IsType<Delivery.Accepted>(Assert.Single(await sandbox.SendAsync([message], Cancellation)));
            Assert.Equal((provider.Kind, message), (sandbox.Kind, Assert.Single(recorder.Kept)));
        }
    }

    [Fact]
    public async Task A_manual_channel_makes_a_task()
    {
        var recorder = new Recorder();
        var settings = JsonSerializer.SerializeToElement(new { place = "branch", role = "owner", instructions = "张贴海报", proof = "照片" });
        await using var channel = ChannelProviders.Find("manual")!.Open(settings, new ChannelServices { Clock = TimeProvider.System, ManualWork = recorder });

        Assert.Equal("task-branch", Assert.IsType<Delivery.Accepted>(Assert.Single(await channel.SendAsync([Any.Message()], Cancellation))).ProviderRef);
    }

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
