namespace Orchestrator.Conformance.Bpmn;

/// <summary>Runs every case of a folder and prints what passed, per category.</summary>
internal static class BpmnConformance
{
    internal static int Run(string[] arguments)
    {
        var folder = Environment.GetEnvironmentVariable("BPMN_CASES") ?? DefaultFolder();
        if (!File.Exists(Path.Combine(folder, "cases.json")))
        {
            Console.WriteLine($"No BPMN cases in '{folder}'. Put the case folder (cases.json and norm/) there, or name it in BPMN_CASES.");
            return 0;
        }
        var cases = Case.ReadAll(folder).Where(c => arguments.Length == 0 || arguments.Contains(c.Id)).ToList();
        var results = cases.Select(c => (Case: c, Wrong: Play(c, folder))).ToList();
        Print(results);
        // A difference that is known and documented is no surprise; anything else is.
        return results.Any(r => (r.Wrong is null) == KnownDifferences.Reasons.ContainsKey(r.Case.Id)) ? 1 : 0;
    }

    private static string? Play(Case test, string folder)
    {
        try
        {
            return new CaseRun(test, folder).Run();
        }
        catch (Exception broken) when (broken is not OutOfMemoryException)
        {
            return $"threw {broken}";
        }
    }

    private static void Print(List<(Case Case, string? Wrong)> results)
    {
        Console.WriteLine($"{"category",-26}{"passed",8}{"failed",8}");
        foreach (var category in results.GroupBy(r => r.Case.Category).OrderBy(g => g.Key, StringComparer.Ordinal))
            Console.WriteLine($"{category.Key,-26}{category.Count(r => r.Wrong is null),8}{category.Count(r => r.Wrong is not null),8}");
        foreach (var (test, wrong) in results.Where(r => r.Wrong is not null))
        {
            var known = KnownDifferences.Reasons.GetValueOrDefault(test.Id);
            Console.WriteLine(known is null ? $"FAILED {test.Id} ({test.Basis}): {wrong}" : $"known  {test.Id} ({test.Basis}): {known}");
        }
        foreach (var (test, _) in results.Where(r => r.Wrong is null && KnownDifferences.Reasons.ContainsKey(r.Case.Id)))
            Console.WriteLine($"FIXED  {test.Id}: passes now; take it out of the known differences");
        Console.WriteLine($"BPMN: {results.Count(r => r.Wrong is null)} passed, {results.Count(r => r.Wrong is not null)} failed");
    }

    private static string DefaultFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Orchestrator.sln")))
            folder = Path.GetDirectoryName(folder);
        return Path.GetFullPath(Path.Combine(folder ?? Directory.GetCurrentDirectory(), "..", "shared", "bpmn-cases"));
    }
}
