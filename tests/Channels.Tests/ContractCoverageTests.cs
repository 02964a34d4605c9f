using System.Reflection;

namespace Orchestrator.Channels.Tests;

public sealed class ContractCoverageTests
{
    [Fact]
    public void Every_provider_in_the_box_and_the_sandbox_inherit_the_contract()
    {
        var covered = Suites().Select(NameOf).ToList();

        Assert.Equal(ChannelProviders.All.Select(provider => provider.Name).Append(SandboxContractTests.Sandbox).Order(StringComparer.Ordinal), covered.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Whoever_lacks_a_case_says_why() =>
        Assert.All(Suites().SelectMany(suite => Absent(suite).Values), reason => Assert.True(reason.Length > 20, reason));

    private static IEnumerable<ChannelContract> Suites() =>
        typeof(ChannelContract).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ChannelContract)) && !type.IsAbstract).Select(type => (ChannelContract)Activator.CreateInstance(type)!);

    private static string NameOf(ChannelContract suite) => Read<string>(suite, "ProviderName");

    private static IReadOnlyDictionary<ContractCase, string> Absent(ChannelContract suite) => Read<IReadOnlyDictionary<ContractCase, string>>(suite, "CannotExist");

    private static T Read<T>(ChannelContract suite, string property) =>
        (T)suite.GetType().GetProperty(property, BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(suite)!;
}
