using Orchestrator.Benchmarks;
using Orchestrator.Benchmarks.Audiences;
using Orchestrator.Benchmarks.Bpmn;
using Orchestrator.Benchmarks.Durable;
using Orchestrator.Benchmarks.Feel;
using Orchestrator.Benchmarks.Sending;

return args switch
{
    ["feel", .. var rest] => await FeelBenchmark.RunAsync(rest),
    ["fuzz", .. var rest] => Fuzz.Run(rest),
    ["smtp", ..] => await SmtpBenchmark.RunAsync(),
    ["bpmn", .. var rest] => BpmnBenchmark.Run(rest),
    ["fuzz-bpmn", .. var rest] => BpmnFuzz.Run(rest),
    ["durable", .. var rest] => await DurableBenchmark.RunAsync(rest),
    ["audiences", .. var rest] => await AudienceBenchmark.RunAsync(rest),
    ["sending", .. var rest] => await SendingBenchmark.RunAsync(rest),
    ["failover", .. var rest] => await Orchestrator.Chaos.Failover.RunAsync(rest is [var rounds, ..] ? int.Parse(rounds, System.Globalization.CultureInfo.InvariantCulture) : 3),
    ["scale", .. var rest] => await ScaleBenchmark.RunAsync(rest),
    ["nodes", .. var rest] => await NodesBenchmark.RunAsync(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: dotnet run -c Release --project tests/Benchmarks -- <benchmark>");
    Console.Error.WriteLine("  feel [--alone]              FEEL evaluations and a decision table per second, beside npm's feelin");
    Console.Error.WriteLine("  fuzz [inputs] [seed]        mutated inputs to the FEEL parser and the DMN reader");
    Console.Error.WriteLine("  bpmn [seconds]              process instances per second; tests/Benchmarks/Bpmn/run.sh adds npm's bpmn-engine");
    Console.Error.WriteLine("  fuzz-bpmn [inputs] [seed]   mutated files to the BPMN reader, what it accepts to the interpreter");
    Console.Error.WriteLine("  durable [s] [clients] [n]   process instances per second, every step durable in PostgreSQL; task lists with n (100,000) open tasks");
    Console.Error.WriteLine("  smtp                        mails per second over 1, 4 and 8 connections, beside postfix's smtp-source");
    Console.Error.WriteLine("  audiences [n] [postgres]    import rows and segment evaluation per second over n customers (1,000,000)");
    Console.Error.WriteLine("  failover [rounds]           seconds from kill -9 of one of two nodes until its work, messages and triggers go on");
    Console.Error.WriteLine("  sending [n …] [--alone]     messages per second to an HTTP sink, durable in PostgreSQL, over n recipients (20,000 and 200,000), beside npm's graphile-worker and pg-boss");
    Console.Error.WriteLine("  scale [n]                   cost of a message from 10,000 to n recipients (1,000,000), and memory");
    Console.Error.WriteLine("  nodes [n]                   messages per second of one node against two, sending one job of n (20,000) to a provider that takes 50 ms");
    return 2;
}
