using Orchestrator.Conformance.Bpmn;

// One folder of public cases per word; each prints its own table and ends with "<NAME>: N passed, M failed".
return args switch
{
    ["bpmn", .. var rest] => BpmnConformance.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.WriteLine("Usage: dotnet run --project tests/Conformance -- bpmn [case id]");
    return 2;
}
