using System.Security.Cryptography;

namespace Orchestrator.Host.Storage;

/// <summary>The 32 bytes that wrap everything else: from a file, a variable, or made on first run outside Production.</summary>
public sealed class MasterKey
{
    public const string Variable = "ORCHESTRATOR_MASTER_KEY";

    private MasterKey(byte[] bytes) => Bytes = bytes;

    internal byte[] Bytes { get; }

    /// <exception cref="InvalidOperationException">Production without a key, or a key that is not 32 bytes of base64; the text says what to do.</exception>
    internal static MasterKey Load(OrchestratorOptions options, bool isProduction)
    {
        if (options.MasterKeyFile is { Length: > 0 } file)
            return Parse(File.ReadAllText(file), $"file {file} (Orchestrator:MasterKeyFile)");
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } value)
            return Parse(value, $"variable {Variable}");
        if (isProduction)
            throw new InvalidOperationException($"Production needs a master key. Make one with 'openssl rand -base64 32' and give it in the file named by Orchestrator:MasterKeyFile or in {Variable}.");
        return LoadOrMake(Path.GetFullPath(options.DataDirectory).TrimEnd(Path.DirectorySeparatorChar) + ".master-key");
    }

    private static MasterKey LoadOrMake(string path)
    {
        if (File.Exists(path))
            return Parse(File.ReadAllText(path), $"file {path}");
        var key = new MasterKey(RandomNumberGenerator.GetBytes(32));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(path, options);
        writer.Write(Convert.ToBase64String(key.Bytes));
        return key;
    }

    /// <summary>A key that is to replace the present one.</summary>
    /// <exception cref="InvalidOperationException">The file does not hold 32 bytes of base64.</exception>
    internal static MasterKey Read(string file) => Parse(File.ReadAllText(file), $"file {file}");

    private static MasterKey Parse(string text, string source)
    {
        var bytes = new byte[32];
        if (!Convert.TryFromBase64String(text.Trim(), bytes, out var written) || written != bytes.Length)
            throw new InvalidOperationException($"The master key in {source} is not 32 bytes in base64. Make one with 'openssl rand -base64 32'.");
        return new MasterKey(bytes);
    }
}
