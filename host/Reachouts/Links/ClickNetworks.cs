using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Orchestrator.Host.Compliance;
using Orchestrator.Host.Identity;
using Orchestrator.Host.Storage;
using Orchestrator.Host.Time;
using Orchestrator.Host.Web;

namespace Orchestrator.Host.Reachouts;

/// <summary>Networks of programs, in CIDR notation.</summary>
public sealed record NetworkList(IReadOnlyList<string> Cidrs);

/// <summary>Dated rules <c>click-networks</c>, a list per name. None is shipped.</summary>
internal sealed class ClickNetworkKind : DatedRuleKind<NetworkList>
{
    private const int Most = 50_000, Named = 10;

    // Wider ones are typing errors: they would count nobody's clicks.
    private const int WidestV4 = 8, WidestV6 = 16;

    public override string Name => "click-networks";
    public override IReadOnlyList<string> Proposers { get; } = [Role.Platform, Role.ProcessAdmin];
    public override IReadOnlyList<string> Publishers { get; } = [Role.Platform, Role.ProcessAdmin, Role.Risk, Role.Compliance];

    protected override IEnumerable<FieldProblem> Problems(string name, NetworkList value)
    {
        if (value.Cidrs is null || value.Cidrs.Count > Most)
            return [new FieldProblem("value.cidrs", "field.too-many", Most)];
        return value.Cidrs.Select((text, i) => (text, i)).Where(one => !IsFit(one.text)).Take(Named).Select(one => new FieldProblem($"value.cidrs[{one.i}]", "field.cidr", one.text));
    }

    private static bool IsFit(string text) =>
        IPNetwork.TryParse(text, out var network) && network.PrefixLength >= (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? WidestV4 : WidestV6);
}

/// <summary>Whether an address is of a listed network. Immutable and thread-safe; as many look-ups as there are lengths of prefixes.</summary>
internal sealed class NetworkSet
{
    private readonly Dictionary<int, HashSet<UInt128>> v4 = [];
    private readonly Dictionary<int, HashSet<UInt128>> v6 = [];

    public NetworkSet(IEnumerable<IPNetwork> networks)
    {
        foreach (var network in networks)
        {
            var of = network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? v4 : v6;
            if (!of.TryGetValue(network.PrefixLength, out var known))
                of[network.PrefixLength] = known = [];
            known.Add(Start(network.BaseAddress, network.PrefixLength));
        }
    }

    public bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return (plain.AddressFamily == AddressFamily.InterNetwork ? v4 : v6).Any(pair => pair.Value.Contains(Start(plain, pair.Key)));
    }

    private static UInt128 Start(IPAddress address, int length)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var written);
        var number = written == 4 ? (UInt128)BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return number >> ((written * 8) - length);
    }
}

/// <summary>The networks that hold today, read again when something was published or the day changed. Thread-safe.</summary>
internal sealed class ClickNetworks(ClickNetworkKind kind, BusinessClock clock, OrchestratorOptions options)
{
    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(options.CompanyTimeZone);
    private volatile Known known = new(default, 0, null, new NetworkSet([]));

    public async Task<bool> IsListedAsync(OrchestratorDb db, IPAddress? address, CancellationToken cancellationToken)
    {
        if (address is null)
            return false;
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), zone).DateTime);
        var rows = db.DatedRules.Where(row => row.Kind == kind.Name && row.PublishedBy != null);
        var (count, newest) = (await rows.CountAsync(cancellationToken), await rows.OrderByDescending(row => row.PublishedAt).Select(row => (Guid?)row.Id).FirstOrDefaultAsync(cancellationToken));
        var now = known;
        if (now.Day != day || now.Count != count || now.Newest != newest)
        {
            var lists = await kind.OnAsync(db, day, cancellationToken);
            known = now = new Known(day, count, newest, new NetworkSet(lists.Values.SelectMany(list => list.Cidrs).Select(IPNetwork.Parse)));
        }
        return now.Set.Contains(address);
    }

    private sealed record Known(DateOnly Day, int Count, Guid? Newest, NetworkSet Set);
}
