import java.io.*;
import java.nio.file.*;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.*;
import org.w3c.dom.ls.*;
import org.xml.sax.*;

/** Validates files against a schema: `java ValidateXml.java SCHEMA FILE...`; prints one line a fault, exits 1 if there is any. */
public class ValidateXml {
  public static void main(String[] args) throws Exception {
    SchemaFactory factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
    factory.setResourceResolver((type, namespace, publicId, systemId, base) ->
        systemId != null && systemId.startsWith("http://www.w3.org/2001/xml.xsd") ? new XmlNamespace(systemId) : null);
    Schema schema = factory.newSchema(new File(args[0]));
    int faults = 0;
    for (int i = 1; i < args.length; i++) {
      final String file = args[i];
      final int[] count = {0};
      Validator validator = schema.newValidator();
      validator.setErrorHandler(new ErrorHandler() {
        void tell(SAXParseException e) { count[0]++; System.out.println(file + ":" + e.getLineNumber() + ": " + e.getMessage()); }
        public void warning(SAXParseException e) {}
        public void error(SAXParseException e) { tell(e); }
        public void fatalError(SAXParseException e) { tell(e); }
      });
      try { validator.validate(new StreamSource(new File(file))); } catch (SAXException e) { count[0]++; System.out.println(file + ": " + e.getMessage()); }
      System.out.println((count[0] == 0 ? "valid " : "invalid ") + file);
      faults += count[0];
    }
    System.exit(faults == 0 ? 0 : 1);
  }

  /** The schema of the xml: attributes, which the schemas of ILCD import from the Web. */
  static class XmlNamespace implements LSInput {
    static final String TEXT = "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='http://www.w3.org/XML/1998/namespace'>"
      + "<xs:attribute name='lang' type='xs:string'/><xs:attribute name='space' type='xs:NCName'/><xs:attribute name='base' type='xs:anyURI'/></xs:schema>";
    private final String id;
    XmlNamespace(String id) { this.id = id; }
    public Reader getCharacterStream() { return new StringReader(TEXT); }
    public String getSystemId() { return id; }
    public InputStream getByteStream() { return null; }
    public String getStringData() { return null; }
    public String getPublicId() { return null; }
    public String getBaseURI() { return null; }
    public String getEncoding() { return null; }
    public boolean getCertifiedText() { return false; }
    public void setCharacterStream(Reader r) {} public void setByteStream(InputStream s) {} public void setStringData(String s) {}
    public void setSystemId(String s) {} public void setPublicId(String s) {} public void setBaseURI(String s) {} public void setEncoding(String s) {} public void setCertifiedText(boolean b) {}
  }
}
