using System.CommandLine;

namespace Orchestrator.Host.Compliance;

/// <summary><c>verify</c>: the chains of this installation, or with <c>--pack</c> an evidence pack without any server.</summary>
internal static class VerifyCommand
{
    public static Command Create(Func<string[], CancellationToken, Task<int>> verifyChains)
    {
        var pack = new Option<FileInfo?>("--pack") { Description = "An evidence pack (zip) to check on its own, without server or database." };
        var command = new Command("verify", "Recompute every audit chain, or check an evidence pack; exit code 1 if something is broken.") { pack };
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction((parsed, token) => parsed.GetValue(pack) is { } file ? Task.FromResult(CheckPack(file)) : verifyChains([.. parsed.UnmatchedTokens], token));
        return command;
    }

    private static int CheckPack(FileInfo file)
    {
        if (!file.Exists)
        {
            Console.Error.WriteLine($"There is no file {file.FullName}.");
            return 1;
        }
        using var stream = file.OpenRead();
        var verdict = EvidenceCheck.Check(stream);
        foreach (var finding in verdict.Findings)
            Console.WriteLine($"BROKEN  {finding}");
        Console.WriteLine(verdict.IsIntact
            ? $"ok      {verdict.Code}: {verdict.Events} events, head {verdict.HeadHash}. Compare the head with one you were given at the time."
            : $"{file.Name}: {verdict.Findings.Count} findings.");
        return verdict.IsIntact ? 0 : 1;
    }
}
