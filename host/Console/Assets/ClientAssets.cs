using System.Collections.Frozen;
using System.IO.Compression;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;

namespace Orchestrator.Host.WebConsole.Assets;

/// <summary>
/// The console's scripts, styles, fonts and icons, embedded in the assembly so that they are there in every environment and from every
/// working directory. File names carry a hash of the content; text is kept compressed. Thread-safe.
/// </summary>
public sealed class ClientAssets
{
    private const string Prefix = "Client/";
    private static readonly Assembly Home = typeof(ClientAssets).Assembly;
    private static readonly FileExtensionContentTypeProvider ContentTypes = new();
    private readonly FrozenSet<string> names = Home.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Select(name => name[Prefix.Length..]).ToFrozenSet();

    public ClientAssets()
    {
        using var manifest = Open(".vite/manifest.json");
        var app = JsonDocument.Parse(manifest).RootElement.GetProperty("src/app.js");
        Script = $"/assets/{app.GetProperty("file").GetString()}";
        Styles = [.. app.GetProperty("css").EnumerateArray().Select(css => $"/assets/{css.GetString()}")];
    }

    public string Script { get; }

    public IReadOnlyList<string> Styles { get; }

    /// <summary>The icon sprite; the query changes with every build because its name does not.</summary>
    public string Icons { get; } = $"/assets/icons.svg?{Home.ManifestModule.ModuleVersionId.ToString("N")[..8]}";

    public IResult Serve(string path, HttpContext http)
    {
        if (path.StartsWith('.'))
            return TypedResults.NotFound();
        var type = ContentTypes.TryGetContentType(path, out var known) ? known : "application/octet-stream";
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        if (names.Contains(path))
            return TypedResults.Stream(Open(path), type);
        if (!names.Contains($"{path}.gz"))
        {
            http.Response.Headers.CacheControl = "no-store";
            return TypedResults.NotFound();
        }
        http.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        var packed = Open($"{path}.gz");
        if (!http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
            return TypedResults.Stream(new GZipStream(packed, CompressionMode.Decompress), type);
        http.Response.Headers.ContentEncoding = "gzip";
        return TypedResults.Stream(packed, type);
    }

    private static Stream Open(string name) =>
        Home.GetManifestResourceStream(Prefix + name) ?? throw new InvalidOperationException($"The client build made no '{name}'.");
}
