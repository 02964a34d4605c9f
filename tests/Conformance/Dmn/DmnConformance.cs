namespace Orchestrator.Conformance.Dmn;

/// <summary>Runs the public DMN conformance kit (or the part of it that is there) and prints what passed, per folder.</summary>
internal static class DmnConformance
{
    internal static int Run(string[] arguments)
    {
        var root = Environment.GetEnvironmentVariable("DMN_TCK") ?? DefaultFolder();
        var cases = Directory.Exists(Path.Combine(root, "TestCases")) ? Path.Combine(root, "TestCases") : root;
        if (!Directory.Exists(cases))
        {
            Console.WriteLine($"No DMN conformance kit in '{root}'. Clone https://github.com/dmn-tck/tck and name its folder in DMN_TCK.");
            Console.WriteLine("DMN: 0 passed, 0 failed");
            return 0;
        }

        var results = Directory.EnumerateFiles(cases, "*.xml", SearchOption.AllDirectories)
            .Where(file => arguments.Length == 0 || arguments.Any(part => file.Contains(part, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)
            .SelectMany(TckFile.Run)
            .ToList();
        Print(results);
        // A failure that is known and explained is no surprise; anything else is.
        return results.Any(result => (result.Wrong is not null && result.Known is null) || IsFixed(result)) ? 1 : 0;
    }

    private static bool IsFixed(TckResult result) =>
        result.Wrong is null && KnownFailures.Reasons.ContainsKey($"{result.Folder}/{result.Id}");

    private static void Print(List<TckResult> results)
    {
        Console.WriteLine($"{"folder",-52}{"passed",8}{"failed",8}");
        foreach (var folder in results.GroupBy(result => (result.Level, result.Folder)))
        {
            Console.WriteLine($"{folder.Key.Level + "/" + folder.Key.Folder,-52}{folder.Count(result => result.Wrong is null),8}{folder.Count(result => result.Wrong is not null),8}");
        }

        foreach (var result in results.Where(result => result.Wrong is not null))
        {
            Console.WriteLine(result.Known is { } reason ? $"known  {result.Folder}/{result.Id}: {reason}" : $"FAILED {result.Folder}/{result.Id}: {result.Wrong}");
        }

        foreach (var result in results.Where(IsFixed))
        {
            Console.WriteLine($"FIXED  {result.Folder}/{result.Id}: passes now; take it out of the known failures");
        }

        foreach (var level in results.GroupBy(result => result.Level))
        {
            Console.WriteLine($"{level.Key}: {level.Count(result => result.Wrong is null)} of {level.Count()}");
        }

        Console.WriteLine($"DMN: {results.Count(result => result.Wrong is null)} passed, {results.Count(result => result.Wrong is not null)} failed");
    }

    private static string DefaultFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Orchestrator.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return Path.GetFullPath(Path.Combine(folder ?? Directory.GetCurrentDirectory(), "..", "shared", "dmn-tck"));
    }
}

/// <summary>What became of a case; <paramref name="Wrong"/> is null where it passed.</summary>
internal sealed record TckResult(string Level, string Folder, string Id, string? Wrong)
{
    public string? Known => Wrong is null ? null : KnownFailures.Find(Folder, Id);
}
