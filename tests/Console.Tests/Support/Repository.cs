namespace Orchestrator.Console.Tests.Support;

internal static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory)).FullName;

    private static DirectoryInfo Find(DirectoryInfo start)
    {
        var folder = start;
        while (!File.Exists(Path.Combine(folder.FullName, "Orchestrator.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException($"No Orchestrator.sln above {start.FullName}.");
        return folder;
    }
}
