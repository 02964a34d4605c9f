using System.Diagnostics;
using System.Globalization;
using Orchestrator.Chaos;
using Orchestrator.Simulators;

if (args is ["failover", .. var rounds])
    return await Failover.RunAsync(rounds is [var number] ? int.Parse(number, CultureInfo.InvariantCulture) : 3);
var options = ChaosOptions.Parse(args);
var started = Stopwatch.GetTimestamp();
var masterKey = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));
Environment.SetEnvironmentVariable(Orchestrator.Host.Storage.MasterKey.Variable, masterKey);
var directory = Directory.CreateTempSubdirectory("orchestrator-chaos-").FullName;
await using var postgres = await PrivatePostgres.StartAsync();
var faults = new FaultPlan
{
    Rates = { [Fault.TimeoutAfterAccept] = 0.02, [Fault.Throttled] = 0.02, [Fault.ServerError] = 0.005, [Fault.ServerErrorAfterAccept] = 0.005 },
    LatencyMilliseconds = options.LatencyMilliseconds,
    HangMilliseconds = 10_000,
    TakesUnheard = true,
    LostReceipts = 0.5,   // what a dead sender had sent is mostly told by no receipt: whoever sends it again is seen
    DuplicatedReceipts = 0.1,
};
await using var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Faults = faults, KeepEntries = 4 * options.Messages });
var nodes = Enumerable.Range(1, options.Nodes).Select(i => new Node($"node-{i}", directory, postgres.ConnectionString, masterKey)).ToList();
await using var balancer = await LoadBalancer.StartAsync(nodes);
await Workspace.SeedAsync(directory, postgres.ConnectionString, simulator, balancer, options);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{options.Messages:N0} messages, {options.Nodes} nodes, seed {options.Seed}; 2 % timeouts after accept, 2 % 429, 1 % 5xx, half of the receipts lost and a tenth doubled; the second campaign has {options.SecondBudget:N2} yuan"));

var (rested, claims) = await new Storm(options, postgres, nodes, simulator).RunAsync();
IReadOnlyList<Claim> all = [new Claim("came to rest", rested, rested ? "everything sent and settled in time" : "work was left when the time was up"), .. claims];

Console.WriteLine();
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{options.Messages:N0} messages in {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s; {nodes.Sum(node => node.Kills)} × kill -9, {nodes.Sum(node => node.Freezes)} × frozen past the lease, {postgres.Restarts} × PostgreSQL restarted"));
var width = all.Max(claim => claim.Name.Length);
foreach (var claim in all)
    Console.WriteLine($"  {(claim.Holds ? "ok  " : "FAIL")}  {claim.Name.PadRight(width)}  {claim.Found}");
foreach (var node in nodes)
    node.Dispose();
var ok = all.All(claim => claim.Holds);
if (ok && !options.Keep)
    Directory.Delete(directory, recursive: true);
else
    Console.WriteLine($"Logs of the nodes: {directory}");
return ok ? 0 : 1;
