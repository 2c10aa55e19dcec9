import java.io.PrintStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Prints every committed record of some topics, as Kafka's own consumer reads them: one JSON array a line, of the topic,
 * the partition, the offset, the time, the key, the value and the headers, all bytes in base64.
 *
 *   java -cp 'JARS/*' ReadCommitted.java BROKERS TOPIC...
 */
public class ReadCommitted {
  public static void main(String[] arguments) {
    Map<String, Object> settings = Map.of(
        "bootstrap.servers", arguments[0],
        "isolation.level", "read_committed",
        "enable.auto.commit", false);
    var bytes = new ByteArrayDeserializer();
    try (var consumer = new KafkaConsumer<>(settings, bytes, bytes); var out = new PrintStream(System.out, false)) {
      List<TopicPartition> partitions = Arrays.stream(arguments).skip(1)
          .flatMap(topic -> consumer.partitionsFor(topic).stream())
          .map(found -> new TopicPartition(found.topic(), found.partition()))
          .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      Set<TopicPartition> unread = new HashSet<>(partitions);
      while (!unread.isEmpty()) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          if (record.offset() < ends.get(new TopicPartition(record.topic(), record.partition()))) print(record, out);
        }
        unread.removeIf(partition -> consumer.position(partition) >= ends.get(partition));
      }
    }
  }

  private static void print(ConsumerRecord<byte[], byte[]> record, PrintStream out) {
    var headers = new StringJoiner(",", "[", "]");
    for (Header header : record.headers()) headers.add("[" + quote(header.key().getBytes()) + "," + quote(header.value()) + "]");
    out.println("[\"" + record.topic() + "\"," + record.partition() + ",\"" + record.offset() + "\","
        + record.timestamp() + "," + quote(record.key()) + "," + quote(record.value()) + "," + headers + "]");
  }

  private static String quote(byte[] bytes) {
    return bytes == null ? "null" : "\"" + Base64.getEncoder().encodeToString(bytes) + "\"";
  }
}
