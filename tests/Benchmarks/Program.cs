using Orchestrator.Benchmarks;
using Orchestrator.Benchmarks.Feel;

return args switch
{
    ["feel", .. var rest] => await FeelBenchmark.RunAsync(rest),
    ["fuzz", .. var rest] => Fuzz.Run(rest),
    ["smtp", ..] => await SmtpBenchmark.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("Usage: dotnet run -c Release --project tests/Benchmarks -- <benchmark>");
    Console.Error.WriteLine("  feel [--alone]         FEEL evaluations and a decision table per second, beside npm's feelin");
    Console.Error.WriteLine("  fuzz [inputs] [seed]   mutated inputs to the FEEL parser and the DMN reader");
    Console.Error.WriteLine("  smtp                   mails per second over 1, 4 and 8 connections, beside postfix's smtp-source");
    return 2;
}
