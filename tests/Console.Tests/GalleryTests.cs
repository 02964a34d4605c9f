using Orchestrator.Console.Tests.Support;

namespace Orchestrator.Console.Tests;

public sealed class GalleryTests(ConsoleFixture console)
{
    [Theory]
    [InlineData("zh-CN", 1280)]
    [InlineData("en", 1280)]
    [InlineData("zh-CN", 390)]
    [InlineData("en", 390)]
    public async Task Every_part_is_accessible_and_fits_the_screen(string language, int width)
    {
        await using var session = await console.OpenAsync(language: language, width: width);

        await session.GoAsync("/gallery");

        await session.CheckAsync();
        Assert.Equal(language, await session.Page.GetAttributeAsync("html", "lang"));
    }
}
