using Orchestrator.Conformance.Bpmn;
using Orchestrator.Conformance.Dmn;

// One folder of public cases per word; each prints its own table and ends with "<NAME>: N passed, M failed".
return args switch
{
    ["bpmn", .. var rest] => BpmnConformance.Run(rest),
    ["dmn", .. var rest] => DmnConformance.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.WriteLine("Usage: dotnet run --project tests/Conformance -- bpmn [case id]");
    Console.WriteLine("       dotnet run --project tests/Conformance -- dmn [part of a folder's name]");
    return 2;
}
