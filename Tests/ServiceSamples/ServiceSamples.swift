/// Service files that tests of several modules read.
public enum ServiceSamples {
  /// A service with every type of component, query, operation and middleware, and no problem.
  public static let everything = """
    wright: service/1
    name: shop
    data_sources:
    - name: shopdb
      type: postgres
      tables:
      - name: products
        columns:
        - {name: id, type: int64, primary_key: true}
        - {name: name, type: string, unique: true}
        - {name: price, type: decimal, nullable: true, default: '0'}
    - name: cache
      type: redis
    - name: files
      type: s3
    components:
    - name: Web
      type: http
      position: {x: 80, y: 120.5}
      methods:
      - name: GetProduct
        request: [{name: id, type: int64}]
        response: [{name: data, type: entity.products}]
        calls: Guarded.ById
        http: {verb: GET, path: '/products/{id}', from: {id: path}}
      - name: AddProduct
        request: [{name: name, type: string}, {name: price, type: decimal}]
        response: [{name: data, type: entity.products}]
        calls: Products.Add
        http: {verb: POST, path: /products}
      - name: Upload
        request: [{name: name, type: string}, {name: data, type: bytes}]
        response: []
        calls: Pictures.Put
        http: {verb: PUT, path: '/pictures/{name}'}
    - name: Rpc
      type: grpc
      methods:
      - name: GetProduct
        request: [{name: id, type: int64}]
        response: [{name: data, type: entity.products}]
        calls: Fast.ById
      - name: Discounted
        request: [{name: id, type: int64}]
        response: [{name: price, type: decimal}]
        calls: Rules.Discounted
    - name: Products
      type: sql
      data_source: shopdb
      methods:
      - name: ById
        query: read
        table: products
        where: [id]
        multi: false
        returns: data
      - name: Count
        query: read
        table: products
        returns: count
      - name: Add
        query: insert
        table: products
        set: [name, price]
        returns: data
      - name: Rename
        query: update
        table: products
        where: [name]
        set: [name]
        returns: count
      - name: Remove
        query: delete
        table: products
        where: [id]
        returns: count
      - name: Cheap
        query: raw
        multi: true
        sql: 'SELECT * FROM products WHERE price < {max} ORDER BY id'
        params: [{name: max, type: decimal}]
        result: entity.products
    - name: Cache
      type: redis
      data_source: cache
      methods:
      - name: Get
        op: get
        key: 'product:{id}'
        params: [{name: id, type: int64}]
        value: entity.products
      - name: Set
        op: set
        key: 'product:{id}'
        params: [{name: id, type: int64}]
        value: entity.products
        ttl: 60s
      - name: Drop
        op: delete
        key: 'product:{id}'
        params: [{name: id, type: int64}]
    - name: Pictures
      type: file_storage
      data_source: files
      methods:
      - name: Put
        op: put
        key: '{name}'
      - name: Link
        op: presign
        key: '{name}'
        ttl: 10m
    - name: Fast
      type: look_aside_cache
      methods:
      - name: ById
        sources: [Cache.Get, Products.ById]
        write: {Cache.Get: Cache.Set}
    - name: Guarded
      type: orchestrator
      methods:
      - name: ById
        request: [Auth, Limit, Log]
        response: [Log, Numbers]
        source: Fast.ById
    - name: Auth
      type: auth
      settings:
        issuer: https://issuer.example
        type: jwt
    - name: Limit
      type: rate_limit
      settings:
        burst: 20
        per: 1s
        requests: 100
    - name: Log
      type: logging
      settings:
        level: info
    - name: Numbers
      type: monitoring
      settings:
        buckets: [0.01, 0.1, 1]
    - name: Rules
      type: function
      methods:
      - name: Discounted
        request: [{name: id, type: int64}]
        response: [{name: price, type: decimal}]
        body: |
          // The tenth part is the customer's.
          found, err := c.Products.ById(ctx, ByIdRequest{ID: req.ID})
          if err != nil {
          	return DiscountedResponse{}, err
          }
          return DiscountedResponse{Price: found.Data.Price}, nil
    links:
    - {from: Web, to: Guarded}
    - {from: Web, to: Products}
    - {from: Web, to: Pictures}
    - {from: Rpc, to: Fast}
    - {from: Rpc, to: Rules}
    - {from: Guarded, to: Fast}
    - {from: Fast, to: Cache}
    - {from: Fast, to: Products}
    - {from: Rules, to: Products}

    """
}
