// The job that every peer does for one message: render 100 characters, POST them, fail on anything but 200.
import http from 'node:http';

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

export const render = (customer, day) =>
  `【禾光消费金融】尾号${String(customer).padStart(4, '0').slice(-4)}的客户您好,会员日${day}开始,老客可在APP领取首期利息8折券。请理性借贷。贷款年化利率(单利)7.2%-19.8%,以审批和合同为准。拒收请回复R`;

export const post = (sink, customer, day) =>
  new Promise((resolve, reject) => {
    const body = JSON.stringify({ id: `1.${customer}.0-1`, to: `+8613${String(customer).padStart(9, '0')}`, text: render(customer, day) });
    const request = http.request(sink, { method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } }, (response) => {
      response.resume();
      response.on('end', () => (response.statusCode === 200 ? resolve() : reject(new Error(`status ${response.statusCode}`))));
    });
    request.on('error', reject);
    request.end(body);
  });

/** Waits until the sink has had so many messages, and prints how many a second that made. */
export const report = (messages, began) => console.log(JSON.stringify({ messages, seconds: (performance.now() - began) / 1000 }));
