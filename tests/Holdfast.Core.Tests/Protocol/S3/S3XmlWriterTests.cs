using System.Buffers;
using System.Text;
using System.Xml;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Protocol.Errors;
using Holdfast.Protocol.S3.Checksums;
using Holdfast.Protocol.S3.Xml;

namespace Holdfast.Core.Tests.Protocol.S3;

public sealed class S3XmlWriterTests
{
    [Fact]
    public void An_answer_is_written_as_s3_writes_it()
    {
        var output = new ArrayBufferWriter<byte>();
        var xml = new S3XmlWriter(output);
        xml.Root("Result"u8);
        xml.Text("Name"u8, "a<b>&\"c\" \u0001\r\uFFFF€");
        xml.Text("Absent"u8, null);
        xml.Text("Prefix"u8, "");
        xml.Key("Key"u8, "a b/\u0001+é"u8, urlEncoded: true);
        xml.Key("Key"u8, "a b/\0"u8, urlEncoded: false);
        xml.Number("Size"u8, long.MinValue);
        xml.Flag("IsTruncated"u8, false);
        xml.Time("LastModified"u8, new DateTimeOffset(2024, 1, 2, 5, 4, 5, 67, TimeSpan.FromHours(2)));
        xml.ETag("abc-2");
        xml.Checksum(ChecksumValue.OfCrc32(1));
        xml.Checksum(null);
        xml.Close("Result"u8);
        xml.Flush();

        Assert.Equal(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Result xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            + "<Name>a&lt;b&gt;&amp;&quot;c&quot; &#x1;&#xd;&#xFFFF;€</Name><Prefix></Prefix><Key>a%20b/%01%2B%C3%A9</Key>"
            + "<Key>a b/&#x0;</Key><Size>-9223372036854775808</Size><IsTruncated>false</IsTruncated>"
            + "<LastModified>2024-01-02T03:04:05.067Z</LastModified><ETag>&quot;abc-2&quot;</ETag>"
            + "<ChecksumCRC32>AAAAAQ==</ChecksumCRC32></Result>",
            Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void An_error_has_no_namespace_and_holds_the_details()
    {
        var output = new ArrayBufferWriter<byte>();
        var refusal = new StoreException(StoreError.NoSuchKey, "The specified key does not exist.") { Details = [new("Key", "a&b")] };

        S3ErrorXml.Write(output, refusal, "/b/a%26b", "id", "host");

        Assert.Equal(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>"
            + "<Key>a&amp;b</Key><Resource>/b/a%26b</Resource><RequestId>id</RequestId><HostId>host</HostId></Error>",
            Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Any_text_comes_back_through_a_reader() => Prop.ForAll(
        ArbMap.Default.ArbFor<NonNull<string>>(),
        Gen.Choose(0, 3000).ToArbitrary(),
        (text, padding) =>
        {
            var valid = new string('x', padding) + string.Concat(text.Get.EnumerateRunes()) + "\U0001F600";
            var output = new ArrayBufferWriter<byte>();
            var xml = new S3XmlWriter(output);
            xml.RootWithoutNamespace("R"u8);
            xml.Text("T"u8, valid);
            xml.Utf8("U"u8, Encoding.UTF8.GetBytes(valid));
            xml.Close("R"u8);
            xml.Flush();

            using var reader = XmlReader.Create(
                new MemoryStream(output.WrittenSpan.ToArray()), new XmlReaderSettings { CheckCharacters = false });
            reader.ReadStartElement("R");
            return reader.ReadElementContentAsString() == valid && reader.ReadElementContentAsString() == valid;
        }).QuickCheckThrowOnFailure();
}
